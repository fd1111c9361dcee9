"""Measurement systems analysis: is the gauge good enough to judge the part?"""
