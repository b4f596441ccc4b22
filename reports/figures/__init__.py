"""What a report says: plain numbers saved as JSON, and their arithmetic. Knows no store and no page."""
