"""How it travels: changes, rules, merge, scopes, push, pull and receipts."""
