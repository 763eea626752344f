"""What an operator runs by hand: allow servers, register commands, check the accounts, make the invitation link."""
