"""The prompt files that people edit, and the small code that parses, checks and watches them.

    from prompts.book import load_book, shipped_directory

    book = load_book(shipped_directory())
    book.get("iris-falkenrath").instruction

The modules: `errors` (what every check raises), `front_matter` (YAML with line numbers), `policy`
(one policy file), `template` (one prompt file), `book` (a folder of both), `watch` (a book that
follows its folder), `starter` (a fresh policy file) and `difference` (two books compared).
"""
