"""The service desk: tasks, escalations, complaints."""
