"""Other people's machines: what is packed for them, and what runs there."""
