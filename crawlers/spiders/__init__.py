"""One source family a file; Scrapy finds them by SPIDER_MODULES."""
