"""What a measurement shows to people.

a run's directory
  -> stored.py    reads it; figures.py names and prints its figures
       -> tables.py    Markdown for README and model card
       -> compare.py   which figures of two runs differ beyond chance
       -> pictures.py  SVG
       -> errors.py    what a tool got wrong
            -> browser.py  in one HTML file
"""
