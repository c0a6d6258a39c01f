-- What structs can't state.
CREATE VIEW published AS
    SELECT article.id, article.title, author.name AS author
    FROM articles article
    JOIN authors author ON author.id = article.author_id
    WHERE article.state = 'published';
