"""Rules about attribution: claims, speakers, stances, relations and zones, as the template's schema has them."""
