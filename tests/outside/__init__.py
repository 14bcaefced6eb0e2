"""Another city's software against ours, over a plain web server: the test of docs/partner-guide.md."""
