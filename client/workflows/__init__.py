"""What a person can do, stage by stage. Each verb builds its statement from typed fields, signs it and sends it."""
