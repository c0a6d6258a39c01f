"""A model with what a list of tables alone would miss: enum types, a schema, and keys in a circle."""

import enum
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Mood(enum.Enum):
    sad = 1
    ok = 2


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), index=True)
    mood: Mapped[Mood] = mapped_column(server_default="ok")
    best_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", name="users_best_post", use_alter=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(Enum("open", "closed", name="post_state"), comment="100% or nothing")


Index("posts_state", Post.state)
