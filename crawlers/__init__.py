"""Public posts in, Post out (to the spool): the Scrapy project and the file importers."""
