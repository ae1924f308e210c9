"""Who may do what with lamps: the policies of an invented service."""
