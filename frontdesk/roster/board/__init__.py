"""The grid on the screen: weeks by posts, months by people, who is on, hours as bars, editing by hand."""
