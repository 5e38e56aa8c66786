"""What every stage stands on: values, digests, statements, money, time, roles, rules and problems."""
