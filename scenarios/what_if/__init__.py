"""What-ifs: a workspace and a response as they would be under a scenario's assumptions."""
