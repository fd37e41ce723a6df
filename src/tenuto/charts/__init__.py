"""What is played most here, in a day, a week and a month: counted plays alone, the same list for everybody, no AI."""
