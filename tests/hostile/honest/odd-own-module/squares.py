from mine import squares
