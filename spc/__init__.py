"""Statistical process control: charts, run rules, capability, measurement systems, uncertainty.

Pure functions over numpy arrays; knows only `evidence`. Importing the package imports no submodule.
"""
