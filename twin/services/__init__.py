"""What completes moto, one module a service; nothing else touches moto's private parts."""
