from django.db import migrations

import rollout.kernel.privacy


class Migration(migrations.Migration):
    """A request was for the time of those who asked: it is not of whoever comes after."""

    dependencies = [
        ("pairs", "0007_earlier_chapters"),
        ("surfacing", "0007_chapters"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="supportrequest",
            name="support_request_privacy",
        ),
        migrations.AddConstraint(
            model_name="supportrequest",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                    rollout.kernel.privacy.Within("own_seats", column="written_by_id"),
                ),
                name="support_request_privacy",
                readers="pair_until_shown",
                see=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.AllOf(
                            rollout.kernel.privacy.Within("readable_pairs", "support", column="pair_id"),
                            rollout.kernel.privacy.AnyOf(
                                rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                                rollout.kernel.privacy.Within("granted_items", "support", column="id"),
                            ),
                        ),
                        rollout.kernel.privacy.Outside("earlier_chapters", column="pair_id", moment="written_at"),
                    ),
                    rollout.kernel.privacy.Without("hiding_seats", column="written_by_id"),
                ),
            ),
        ),
    ]
