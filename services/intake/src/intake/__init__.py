"""Intake decides over a request until the resident says yes or no.

It keeps who asked apart from whom it is about, records that the right to support was explained, and
hands the resident's data over with the consent proof. From then on the case file owns them.
"""
