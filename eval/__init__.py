"""How good it is: scores that can be trusted, measured beside doing nothing and beside peers.

The way of a measurement:

    suites/*.yaml -> suites.py -> Case      a page, its natural wording, the gold edits
                     peers/    -> Outcome   what repair, or a peer, made of the page
                     metrics/  -> score.py  figures of a suite and a tool, page by page
                     run.py                 strings them together, resumable
                     report/                tables, pictures, comparison, error browser
"""
