"""Who may open the district's pages: accounts, roles, web sessions, and the waiting after wrong passwords."""
