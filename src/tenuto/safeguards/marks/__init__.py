"""What files say of themselves once they have left: tags, content credentials, time stamps, lists for partners."""
