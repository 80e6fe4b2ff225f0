"""What a stack costs in a month, estimated from what the program declares."""
