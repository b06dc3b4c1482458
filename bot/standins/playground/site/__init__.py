"""The server side of the page: it serves the files, shows people's view, and acts for them."""
