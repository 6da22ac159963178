"""`python -m training STAGE CONFIG OUT`: see `--help`."""
import sys, yaml
from training import prepare, detector, restorer
{"prepare": prepare.prepare, "detector": detector.train, "restorer": restorer.train}[sys.argv[1]](yaml.safe_load(open(sys.argv[2])), sys.argv[3])
