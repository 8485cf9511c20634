"""What the tests of banner.js share: pages behind a real gate, and vendors whose answers a test decides on."""
