"""The printing room: official PDFs from values. No signing. What is needed is imported from its module."""
