"""What serving is measured against: servers, and ONNX Runtime alone."""
