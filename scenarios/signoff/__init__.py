"""Who may say yes to a plan, to which plan exactly, and with which money."""
