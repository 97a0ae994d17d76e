"""Finding goods: by words in either language or pinyin, by typing errors too, filtered and sorted."""
