"""What the visitor meets: the banner, the status line and the preferences page. Rendered on the server, pure."""
