"""What moves a plan's profit most: each driver of demand and money up and down by itself."""
