"""Pages of pairs: what they have in common, those of one's own pairs, and those of pairs that one has left."""

from tenants.pairs.views.shapes import FormPage, OfPair, PairAct, PairFormPage, SureAct

__all__ = ["FormPage", "OfPair", "PairAct", "PairFormPage", "SureAct"]
