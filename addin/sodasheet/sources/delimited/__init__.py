"""delimited"""
