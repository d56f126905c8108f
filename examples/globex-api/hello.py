print("hello from globex's sandbox")
