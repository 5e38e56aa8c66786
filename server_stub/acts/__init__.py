"""Acts of law: one module a stage. An act checks the law and writes; it knows no HTTP."""
