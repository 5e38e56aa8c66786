"""Practice: a rehearsal tender on a real platform of one's own, with a trial certificate; every act of it is a real one."""
