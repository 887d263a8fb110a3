"""What some commands answer: tables and sentences, made of what the other floors give."""
