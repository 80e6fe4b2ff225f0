"""What a change of the program changes on AWS, told before anything is deployed."""
