from tests.rollout.organisations.practice.releases import FIRST

__path__.append(FIRST)
