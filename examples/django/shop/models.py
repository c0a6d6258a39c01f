from django.db import models


class Tag(models.Model):
    word = models.CharField(max_length=20, unique=True)


class Post(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    title = models.CharField(max_length=100, db_index=True)
    state = models.CharField(max_length=10, choices=State)
    tags = models.ManyToManyField(Tag)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["open", "closed"]), name="post_state")
        ]
