"""What every page is built from: frame, cards, badges, banners, tables, forms, countdown, PDF pane, dialogs."""
