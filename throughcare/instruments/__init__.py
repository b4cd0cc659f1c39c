"""Questions and answers: Questionnaire (a rulebook file), QuestionnaireResponse, Answer, Score.

It may know the record.
It never knows which screen asks, nor what follows an answer.
"""
