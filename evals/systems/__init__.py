"""Systems: models and boxes under test behind one protocol, one file each."""
