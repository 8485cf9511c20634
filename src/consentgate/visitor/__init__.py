"""What a request tells of its visitor: address, region, signals, language, device. Used and forgotten."""
