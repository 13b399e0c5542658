"""bqemulator without geography, whose DuckDB extension isn't in its package."""

import sys

from bqemulator.cli import main
from bqemulator.storage.engine import DuckDBEngine

DuckDBEngine._load_spatial = lambda self: None
sys.exit(main())
