"""soda2"""
