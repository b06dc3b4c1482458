"""What stands behind the page to chat in: it shows people's view of the playground, and acts for them."""
