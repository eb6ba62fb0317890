"""Who somebody is: passwords, sign-in, access and refresh tokens, one-use socket tickets."""
