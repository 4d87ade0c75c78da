"""The value of a formula at an exact point, with error bars.

Rational numbers and rational multiples of pi stay exact; everything else is a ball of
Arb that contains the true value. Two values differ when their balls are apart.
"""
